// Shows one of two buttons, and the same one to the same visitor.
import { cacheIncr } from "zigttp:cache";
import { parseCookies, setCookie } from "zigttp:http";

const variants = {
  a: { label: "Buy now", className: "green" },
  b: { label: "Add to basket", className: "blue" },
};

function assigned(req) {
  const { variant } = parseCookies(req.headers.cookie ?? "");
  if (variant === "a" || variant === "b") return { name: variant === "a" ? "a" : "b", isNew: false };
  return { name: Math.random() < 0.5 ? "a" : "b", isNew: true };
}

const Button = ({ label, className }) => (
  <form method="post" action="/buy">
    <button className={className}>{label}</button>
  </form>
);

export const handler = (req) => {
  const { name, isNew } = assigned(req);
  if (req.method === "POST") {
    cacheIncr("conversions", name, 1, 0);
    return Response.redirect("/thanks", 303);
  }
  if (isNew) cacheIncr("views", name, 1, 0);
  const headers = isNew ? { "set-cookie": setCookie("variant", name, { maxAge: 2592000 }) } : {};
  return Response.html(<Button {...variants[name]} />, { headers });
};
