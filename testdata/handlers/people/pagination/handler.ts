// A catalogue by pages, with links to the next and the previous one.
const products = Array.from({ length: 95 }, (_, i) => ({
  id: i + 1,
  name: `Product ${i + 1}`,
  price: 100 + ((i * 37) % 900),
}));

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

function integer(text: string | undefined, otherwise: number): number {
  const value = parseInt(text ?? "", 10);
  return Number.isNaN(value) ? otherwise : value;
}

const orders = {
  id: (a, b) => a.id - b.id,
  price: (a, b) => a.price - b.price,
  name: (a, b) => a.name.localeCompare(b.name),
};

export const handler = (req) => {
  if (req.path !== "/products") return Response.json({ error: "not found" }, { status: 404 });
  const size = clamp(integer(req.query.size, 20), 1, 50);
  const pages = Math.ceil(products.length / size);
  const page = clamp(integer(req.query.page, 1), 1, pages);
  const order = orders[req.query.sort ?? "id"] ?? orders.id;
  const items = products.toSorted(order).slice((page - 1) * size, page * size);
  const link = (to: number, rel: string) => `</products?page=${to}&size=${size}>; rel="${rel}"`;
  const links = [
    ...(page > 1 ? [link(page - 1, "prev")] : []),
    ...(page < pages ? [link(page + 1, "next")] : []),
  ];
  return Response.json({ page, pages, items }, { headers: { link: links.join(", ") } });
};
