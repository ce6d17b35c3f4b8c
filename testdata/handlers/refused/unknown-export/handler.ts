// The module exists, the function does not.
import { envAll } from "zigttp:env";

export const handler = () => Response.json(envAll());
