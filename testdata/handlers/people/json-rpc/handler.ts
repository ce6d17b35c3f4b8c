// JSON-RPC 2.0 over POST, single calls and batches.
const methods = {
  echo: (params) => params,
  sum: (params) => params.reduce((total, n) => total + Number(n), 0),
  "text.reverse": ([text]) => String(text).split("").toReversed().join(""),
  "text.words": ([text]) => String(text).split(" ").filter(Boolean).length,
};

const fail = (id, code: number, message: string) => ({
  jsonrpc: "2.0",
  id: id ?? null,
  error: { code, message },
});

function run(call) {
  if (call?.jsonrpc !== "2.0" || typeof call.method !== "string") {
    return fail(call?.id, -32600, "invalid request");
  }
  const method = methods[call.method];
  if (method === undefined) return fail(call.id, -32601, `no method ${call.method}`);
  if (!Array.isArray(call.params ?? [])) return fail(call.id, -32602, "params must be an array");
  return { jsonrpc: "2.0", id: call.id, result: method(call.params ?? []) };
}

export function handler(req: Request): Response {
  if (req.method !== "POST") return Response.text("", { status: 405, headers: { allow: "POST" } });
  const parsed = JSON.tryParse(req.body ?? "");
  if (parsed.isErr()) return Response.json(fail(null, -32700, "parse error"), { status: 400 });
  const message = parsed.unwrap();
  if (!Array.isArray(message)) return Response.json(run(message));
  if (message.length === 0) return Response.json(fail(null, -32600, "empty batch"), { status: 400 });
  return Response.json(message.map(run).filter((answer) => answer.id !== undefined));
}
