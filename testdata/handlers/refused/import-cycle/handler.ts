// handler -> lib/a -> lib/b -> lib/a
import { a } from "./lib/a";

export const handler = () => Response.json({ a: a() });
