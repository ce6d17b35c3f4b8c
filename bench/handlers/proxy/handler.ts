// Passes on what another service answers. The benchmark puts that service's port in.
import { fetch } from "zigttp:fetch";

export function handler() {
  const answer = fetch("http://127.0.0.1:PORT/");
  if (!answer.ok) return Response.text("upstream", { status: 502 });
  return Response.text(answer.body);
}
