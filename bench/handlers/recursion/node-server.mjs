import { json, serve } from "../server.mjs";

const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

serve(() => json({ fib: fib(20) }));
