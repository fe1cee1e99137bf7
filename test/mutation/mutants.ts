// Mutants: single checks taken out of a source file, all of them in one text, of which one at a time is switched on.
import ts from "typescript";

export type Mutant = { readonly id: number; readonly file: string; readonly line: number; readonly what: string };

export type Mutated = { readonly text: string; readonly mutants: readonly Mutant[] };

type Edit = { readonly at: number; readonly text: string; readonly isEnd: boolean; readonly depth: number };

const comparisons: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);

/**
 * `__m(ID)` is true for the one mutant that is switched on. Each `if` can be made never to hold, each operand of `&&`
 * and `||` can be passed over, each comparison and each negation can be turned round, each `every` and `some` too.
 */
export function mutate(file: string, text: string, firstId: number): Mutated {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const edits: Edit[] = [];
  const mutants: Mutant[] = [];

  const add = (node: ts.Node, what: string): number => {
    const id = firstId + mutants.length;
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    mutants.push({ id, file, line, what: `${what}: ${node.getText().replace(/\s+/g, " ").slice(0, 90)}` });
    return id;
  };
  const wrap = (node: ts.Node, before: string, after: string, depth: number): void => {
    edits.push({ at: node.getStart(), text: before, isEnd: false, depth });
    edits.push({ at: node.getEnd(), text: after, isEnd: true, depth });
  };

  const visit = (node: ts.Node, depth: number): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isIfStatement(node)) {
      wrap(node.expression, `!__m(${add(node.expression, "never")}) && (`, ")", depth);
    }
    if (ts.isBinaryExpression(node)) {
      const kind = node.operatorToken.kind;
      if (kind === ts.SyntaxKind.AmpersandAmpersandToken) {
        for (const operand of [node.left, node.right]) {
          wrap(operand, `(__m(${add(operand, "without, of &&")}) || (`, "))", depth);
        }
      } else if (kind === ts.SyntaxKind.BarBarToken) {
        for (const operand of [node.left, node.right]) {
          wrap(operand, `(!__m(${add(operand, "without, of ||")}) && (`, "))", depth);
        }
      } else if (comparisons.has(kind)) {
        wrap(node, "((", `) !== __m(${add(node, "turned round")}))`, depth);
      }
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      wrap(node, "((", `) !== __m(${add(node, "turned round")}))`, depth);
    }
    ts.forEachChild(node, (child) => visit(child, depth + 1));
  };
  visit(source, 0);

  // Outer brackets open first and close last.
  const ordered = edits.toSorted((a, b) => {
    if (a.at !== b.at) return a.at - b.at;
    if (a.isEnd !== b.isEnd) return a.isEnd ? -1 : 1;
    return a.isEnd ? b.depth - a.depth : a.depth - b.depth;
  });
  let changed = "";
  let done = 0;
  for (const { at, text: inserted } of ordered) {
    changed += text.slice(done, at) + inserted;
    done = at;
  }
  return { text: changed + text.slice(done), mutants };
}
