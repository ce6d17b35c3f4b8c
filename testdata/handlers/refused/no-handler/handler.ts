// A handler file without a handler.
export const answer = () => Response.text("never asked");
