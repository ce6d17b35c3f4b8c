// The shelf.
export const books = [
  { slug: "middlemarch", title: "Middlemarch", author: "George Eliot", year: 1871 },
  { slug: "moby-dick", title: "Moby-Dick", author: "Herman Melville", year: 1851 },
  { slug: "walden", title: "Walden", author: "Henry David Thoreau", year: 1854 },
  { slug: "emma", title: "Emma", author: "Jane Austen", year: 1815 },
  { slug: "dracula", title: "Dracula", author: "Bram Stoker", year: 1897 },
  { slug: "ulysses", title: "Ulysses", author: "James Joyce", year: 1922 },
  { slug: "orlando", title: "Orlando", author: "Virginia Woolf", year: 1928 },
  { slug: "the-trial", title: "The Trial", author: "Franz Kafka", year: 1925 },
  { slug: "pride-and-prejudice", title: "Pride & Prejudice", author: "Jane Austen", year: 1813 },
  { slug: "the-time-machine", title: "The Time Machine", author: "H. G. Wells", year: 1895 },
];

export function bookBySlug(slug: string) {
  return books.find((book) => book.slug === slug);
}
