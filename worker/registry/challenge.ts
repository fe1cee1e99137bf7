// Challenges: what a registry wants to see before it answers (WWW-Authenticate, RFC 9110 section 11.6.1).

export type Challenge = { readonly scheme: string; readonly parameters: ReadonlyMap<string, string> };

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const schemePattern = new RegExp(`[\\s,]*(${token})(?=[\\s,]|$)`, "y");
const parameterPattern = new RegExp(
  `[\\s,]*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))(?=[\\s,]|$)`,
  "y",
);
const token68Pattern = /\s+[0-9A-Za-z._~+/-]+=*(?=\s*(?:,|$))/y;

/** The challenges of a header, in order; what follows a mistake is left out. Names are in lower case. */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let at = 0;
  for (;;) {
    const scheme = matchAt(schemePattern, header, at);
    if (scheme === null) return challenges;
    at = scheme.end;
    const parameters = new Map<string, string>();
    for (;;) {
      const parameter = matchAt(parameterPattern, header, at);
      if (parameter === null) break;
      at = parameter.end;
      const [, name = "", quoted, plain = ""] = parameter.groups;
      // The first of two counts: a second realm would be somebody's addition.
      const key = name.toLowerCase();
      if (!parameters.has(key)) parameters.set(key, quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1"));
    }
    if (parameters.size === 0) at = matchAt(token68Pattern, header, at)?.end ?? at;
    challenges.push({ scheme: (scheme.groups[1] ?? "").toLowerCase(), parameters });
  }
}

function matchAt(pattern: RegExp, text: string, at: number): { groups: RegExpExecArray; end: number } | null {
  pattern.lastIndex = at;
  const groups = pattern.exec(text);
  return groups === null ? null : { groups, end: pattern.lastIndex };
}

export type ChallengeAnswer =
  | { readonly kind: "basic" }
  | {
      readonly kind: "bearer";
      readonly realm: URL;
      readonly service: string | null;
      readonly scopes: readonly string[];
    }
  | { readonly kind: "none" };

/** How to answer: by a token where that is offered, else by name and password. */
export function chooseChallenge(header: string | undefined): ChallengeAnswer {
  const challenges = parseChallenges(header ?? "");
  for (const { scheme, parameters } of challenges) {
    const realm = scheme === "bearer" ? URL.parse(parameters.get("realm") ?? "") : null;
    if (realm === null) continue;
    const scopes = (parameters.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
    return { kind: "bearer", realm, service: parameters.get("service") ?? null, scopes: scopes.map(reduceScope) };
  }
  return challenges.some(({ scheme }) => scheme === "basic") ? { kind: "basic" } : { kind: "none" };
}

/**
 * Nothing is ever pushed here. A registry that asks for a token which could push would get one, sent to itself, that
 * may be good for other repositories of the same realm.
 */
function reduceScope(scope: string): string {
  const actions = /^repository(?:\([^)]*\))?:.+:([^:]*)$/.exec(scope)?.[1];
  return actions === undefined ? scope : `${scope.slice(0, scope.length - actions.length)}pull`;
}
