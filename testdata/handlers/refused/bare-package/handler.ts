// Packages are not installed, only relative files and `zigttp:` modules are read.
import { z } from "zod";

export const handler = () => Response.json(z);
