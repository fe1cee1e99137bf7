// The switch of the copied project: which check is taken out, and which were passed while none was.
declare global {
  var __m: (id: number) => boolean;
}

/** A check that is taken out may turn a loop into one without an end. */
const mostQuestions = 20_000_000;

let active = -1;
let asked = 0;
let seen: Set<number> | undefined;

globalThis.__m = (id) => {
  seen?.add(id);
  if (active < 0) return false;
  asked += 1;
  if (asked > mostQuestions) throw new Error("a loop without an end");
  return id === active;
};

export function switchOn(id: number): void {
  active = id;
  asked = 0;
}

/** The checks that this passes. */
export async function passedBy(work: () => unknown): Promise<readonly number[]> {
  const passed = new Set<number>();
  seen = passed;
  try {
    await work();
  } finally {
    seen = undefined;
  }
  return [...passed];
}
