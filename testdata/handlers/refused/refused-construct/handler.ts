// `while` has no bound that anybody could show.
export function handler(req) {
  let n = 0;
  while (n < 3) n += 1;
  return Response.json({ n });
}
