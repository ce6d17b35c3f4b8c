// No such file in the project.
import { total } from "./lib/total";

export const handler = () => Response.json({ total: total([1, 2]) });
