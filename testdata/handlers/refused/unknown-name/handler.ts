// `process` is not a built-in, nothing declares it.
export const handler = () => Response.text(process.env.HOME);
