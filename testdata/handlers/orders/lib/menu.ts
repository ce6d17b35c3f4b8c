// What there is to order, in cents.
const menu = {
  espresso: 220,
  cappuccino: 340,
  "flat white": 360,
};

export const items = Object.keys(menu);

export function priceOf(item: string): number {
  return menu[item] ?? 0;
}
