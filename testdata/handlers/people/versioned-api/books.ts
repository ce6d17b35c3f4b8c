// The shelf.
export const books = [
  { id: 1, title: "Middlemarch", author: { first: "George", last: "Eliot" }, year: 1871 },
  { id: 2, title: "Orlando", author: { first: "Virginia", last: "Woolf" }, year: 1928 },
  { id: 3, title: "Solaris", author: { first: "Stanisław", last: "Lem" }, year: 1961 },
];
