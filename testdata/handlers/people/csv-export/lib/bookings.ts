// What was booked, in cents.
export interface Booking {
  date: string;
  room: string;
  guest: string;
  nights: number;
  cents: number;
}

export const bookings: Booking[] = [
  { date: "2026-05-01", room: "garden", guest: "O'Hara", nights: 2, cents: 21800 },
  { date: "2026-05-04", room: "attic", guest: 'Ann "Nan" Day', nights: 1, cents: 9900 },
  { date: "2026-05-09", room: "garden", guest: "Kowalska", nights: 5, cents: 54500 },
];

export function totals(list: Booking[]) {
  let nights = 0;
  let cents = 0;
  for (const booking of list) {
    nights += booking.nights;
    cents += booking.cents;
  }
  return { nights, cents };
}
