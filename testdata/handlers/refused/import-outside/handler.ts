// The file exists, but outside the project.
import { handler as hello } from "../../hello/handler";

export const handler = (req) => hello(req);
