import { fetch } from "zigttp:fetch";
import { formatIso } from "zigttp:time";
const total = [1, 2, 3].map(String).map(Number).filter(Boolean).reduce((a, b) => Math.max(a, b), -Infinity);
const keys = Object.keys({ a: 1 }).toSorted().map(encodeURIComponent);
export const handler = (req) => {
  console.log("request", req.path);
  const upstream = fetch("https://api.example.com/x", { method: "POST", body: JSON.stringify({ total, keys }) });
  const again = fetchSync(`https://api.example.com/${encodeURIComponent(req.path)}`);
  return Response.json({
    n: parseInt("12", 10) + parseFloat("1.5") + Number.MAX_SAFE_INTEGER, nan: isNaN(NaN), now: formatIso(Date.now()),
    r: Math.random() < 0.5, a: Array.from({ length: 3 }, (_, i) => i), ok: upstream.ok && again.ok,
    u: "abc".padStart(5).at(-1), d: decodeURIComponent("%20"), p: Math.PI.toFixed(2),
  });
};
