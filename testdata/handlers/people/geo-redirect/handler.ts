// Sends visitors to the shop of their country.
const shops = {
  DE: "https://de.shop.example/",
  AT: "https://de.shop.example/at/",
  FR: "https://fr.shop.example/",
  GB: "https://uk.shop.example/",
};
const everywhere = "https://shop.example/";

const countryOf = (req) => (req.query.country ?? req.headers["cf-ipcountry"] ?? "").toUpperCase();

export const handler = (req: Request): Response => {
  if (req.path !== "/") return Response.text("not found", { status: 404 });
  const shop = shops[countryOf(req)] ?? everywhere;
  const campaign = req.query.utm_campaign;
  const location = campaign
    ? `${shop}?utm_campaign=${encodeURIComponent(campaign)}`
    : shop;
  return Response.text("", { status: 307, headers: { location, vary: "cf-ipcountry" } });
};
