// What a table's functions get is no request here: nothing is said of its fields.
import { routerMatch } from "zigttp:router"
function me(req) { return Response.text(req.cookies.sid) }
const save = (req) => Response.json(req.formData())
const twice = (it) => it.cookies
const routes = {
  "GET /me": me, "POST /": save, "GET /x": twice, "GET /y": () => twice({ cookies: 1 }),
  "GET /z": (request) => Response.text(request.ip),
}
export function handler(req) {
  const found = routerMatch(routes, req)
  return found === undefined ? Response.text("", { status: 404 }) : found.handler({ req, cookies: {} })
}
