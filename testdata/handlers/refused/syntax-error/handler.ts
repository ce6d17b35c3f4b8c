// The parenthesis of the call is never closed.
export function handler(req) {
  return Response.json({ ok: true };
}
