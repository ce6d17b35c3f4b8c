const label = (status) => match (status) {
  when 200: "ok",
  when -1: "negative"
  when "x": match (1) { when 1: "nested" }
  when null: "null" when undefined: "undefined"
  when true: "yes"
  when { method: "GET", path, user: { id: who, role: "admin" }, extra: _ }: `${path} ${who}`
  when _: "any"
  default: "other"
}
const match2 = match({ a: 1 });
function match(x) { return x }
export function handler(req) {
  return match (req) {
    when { method: "GET", path: "/" }: Response.text("home")
    when { method: "GET", path }: Response.text(path)
    default: Response.json({ label: label(200), match2 }, { status: 404 })
  }
}
