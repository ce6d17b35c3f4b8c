// What was written.
export const posts = [
  {
    slug: "bread",
    title: "Bread",
    tags: ["kitchen"],
    text: "It takes time.\n# What you need\n- flour\n- water",
  },
  {
    slug: "walks",
    title: "Walks & hills",
    tags: ["outdoors", "health"],
    text: "Go out.\n- shoes\n- a map",
  },
];

export const byTag = (tag: string) => posts.filter((post) => post.tags.includes(tag));

export const tags = posts.flatMap((post) => post.tags).toSorted();
