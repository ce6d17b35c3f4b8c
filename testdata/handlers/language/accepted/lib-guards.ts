import { guard } from "zigttp:compose";
const requireUserImplementation = guard((req) => {
  if (!req.headers["x-user"]) return Response.json({ error: "no user" }, { status: 401 });
  req.user = req.headers["x-user"];
});
export { requireUserImplementation as requireUser };
