export const handler = () => Response.text("Hello, world!");
