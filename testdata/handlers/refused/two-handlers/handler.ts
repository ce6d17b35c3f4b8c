// Two top-level handlers in one file: which one would answer?
export function handler(req) {
  return Response.text("first");
}

export default (req) => Response.text("second");
