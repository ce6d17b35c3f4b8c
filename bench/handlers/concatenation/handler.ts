// A text of a thousand pieces, numbers among them.
export function handler() {
  let text = "";
  for (const n of range(1000)) text += "item " + n + "; ";
  return Response.text(text);
}
