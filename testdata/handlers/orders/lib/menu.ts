// What there is to order, in cents.
export interface Choice {
  item: string;
  price: number;
}

export const menu: Choice[] = [
  { item: "espresso", price: 220 },
  { item: "cappuccino", price: 340 },
  { item: "flat white", price: 360 },
];

export function onMenu(item: string): Choice | undefined {
  return menu.find((choice) => choice.item === item);
}
