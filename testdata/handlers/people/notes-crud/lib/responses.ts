// Answers that say what went wrong.
export const problem = (status: number, detail: string) => Response.json({ detail }, { status });
export const notFound = (what: string) => problem(404, `no such ${what}`);
