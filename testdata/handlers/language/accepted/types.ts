import type { Spec } from "zigttp:types";
import { env, type } from "./lib-values";

type Id = string | number;
type Pair<A, B = A> = readonly [first: A, second?: B, ...rest: A[]];
type Handler = (req: Request, ...rest: unknown[]) => Response;
type Keys<T> = { readonly [K in keyof T as `on${string & K}`]-?: T[K] extends infer U extends string ? U : never };
type Made = new (x: number) => object;
type Guarded = Spec<"retry-safe" | "no_secret_leakage">;
type Fn = typeof import("./lib-values");
interface Shape<T extends object = {}> extends Base, Other<T> {
  name: string
  readonly size?: number;
  area(this: Shape, scale: number): number,
  [key: string]: unknown
  (call: string): void
  new (x: string): Shape
  get width(): number
}
declare const VERSION: string;
declare function external(a: string): number;
declare global { interface Window { x: number } }
export type { Id, Pair };
export interface Base { id: Id }
interface Other<T> { other: T }

function isId(value: unknown): value is Id {
  return typeof value === "string" || typeof value === "number";
}
function check(value: unknown): asserts value is string {
  assert typeof value === "string", "not text";
}
function overloaded(a: string): string;
function overloaded(a: number): number;
function overloaded(a: any): any { return a; }
const identity = <T,>(value: T): T => value;
const first = <const T extends readonly unknown[]>(list: T): T[0] => list[0];
const table = { a: 1, b: 2 } as const satisfies Record<string, number>;
const list: Array<Array<number>> = [[1]];
const shifted = 256 >> 2 >>> 1;
const compared = shifted < 5 && shifted > 3;
const numbers = identity<number>;
const both = [identity<string>, (identity<number>)];
const called = identity<Map<string, number[]>>(undefined!);
let later!: string;
const opt = (a?: string, b: number = 1): string | undefined => a;
const chosen = compared ? (shifted) : (later as unknown as number);
const picked = compared ? (x: number): number => x : identity;
const q = { [`k${1}`]: 1, method<T>(x: T): T { return x }, "quoted-key": 2, 1.5: 3 };

export function handler(req: Request): Response & Guarded {
  const id: Id = req.path as Id;
  const [head, , ...tail]: string[] = req.path.split("/");
  const { method, headers: { host = "none", ...others }, ...rest }: any = req;
  if (!isId(id)) return Response.json({ error: "no" } satisfies object, { status: 400 });
  return Response.json({ id, head, tail, host, method, n: table["a"]!, type, e: env, v: list[0]![0]! });
}
