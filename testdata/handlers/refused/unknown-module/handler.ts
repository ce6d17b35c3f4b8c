// There is no such module.
import { send } from "zigttp:mail";

export const handler = () => Response.json(send("hello"));
