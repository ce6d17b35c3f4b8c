import { env as read } from "zigttp:env";
export const env = read("MODE") ?? "test";
export const type = "value named like a keyword";
export { type as kind };
