// Not a name that a handler file may have.
export const handler = () => Response.text("never asked");
