// The source is fine; the third line of .env is not.
import { env } from "zigttp:env";

export const handler = () => Response.text(env("GREETING") ?? "hello");
