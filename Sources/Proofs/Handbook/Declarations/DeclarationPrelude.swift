/// What the declarations need before the tables: what TypeScript itself looks for, and the shapes of
/// request, response and Result.
enum DeclarationPrelude {
  static let head = """
    // What a handler can use, for an editor and for `tsc --noEmit`. Printed by `zigttp types`: do not
    // change it, print it again. It stands in place of TypeScript's own library, so that what the
    // language has not is unknown here as well.
    /// <reference no-default-lib="true"/>

    """

  /// Names without which TypeScript does not start, and the types that are made of types.
  static let foundations = """
    interface Object {}
    interface Function {}
    interface CallableFunction extends Function {}
    interface NewableFunction extends Function {}
    interface IArguments {}
    interface RegExp {}
    interface TemplateStringsArray extends ReadonlyArray<string> {}

    /** For `for…of` and spreads alone: handlers cannot use it. */
    interface SymbolConstructor { readonly iterator: unique symbol }
    /** For `for…of` and spreads alone: handlers cannot use it. */
    declare const Symbol: SymbolConstructor;
    interface IteratorYieldResult<T> { done?: false; value: T }
    interface IteratorReturnResult<R> { done: true; value: R }
    type IteratorResult<T, R = any> = IteratorYieldResult<T> | IteratorReturnResult<R>;
    interface Iterator<T, R = any, N = undefined> { next(...given: [] | [N]): IteratorResult<T, R> }
    interface Iterable<T> { [Symbol.iterator](): Iterator<T> }
    interface IterableIterator<T> extends Iterator<T> { [Symbol.iterator](): IterableIterator<T> }
    interface ArrayLike<T> { readonly length: number; readonly [index: number]: T }
    interface ThisType<T> {}

    type Partial<T> = { [P in keyof T]?: T[P] };
    type Required<T> = { [P in keyof T]-?: T[P] };
    type Readonly<T> = { readonly [P in keyof T]: T[P] };
    type Pick<T, K extends keyof T> = { [P in K]: T[P] };
    type Record<K extends keyof any, T> = { [P in K]: T };
    type Exclude<T, U> = T extends U ? never : T;
    type Extract<T, U> = T extends U ? T : never;
    type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
    type NonNullable<T> = T & {};
    type Parameters<T extends (...values: any) => any> = T extends (...values: infer P) => any ? P : never;
    type ReturnType<T extends (...values: any) => any> = T extends (...values: any) => infer R ? R : any;
    type Uppercase<S extends string> = intrinsic;
    type Lowercase<S extends string> = intrinsic;
    type Capitalize<S extends string> = intrinsic;
    type Uncapitalize<S extends string> = intrinsic;

    /**
     * Assert that something holds; where it does not, the request ends with 500, or the function
     * returns the answer given.
     */
    declare function assert(condition: unknown, otherwise?: string | Response): asserts condition;

    """

  /// Request, response, Result, markup. `METHODS.kind` is a line for the methods of the table.
  static let shapes = """
    /** What counts as text: numbers and booleans as what they print. */
    type Printable = string | number | boolean;
    /** The value of a header; an array is a line each. */
    type HeaderValue = Printable | readonly Printable[] | null | undefined;

    interface HeaderMethods {
    METHODS.headers
    }
    /** Headers of a request: indexed without regard to case, names in lower case. */
    type Headers = { readonly [name: string]: string | undefined } & HeaderMethods;
    /** Headers of a Response: a value may be an array, one line each. */
    type ResponseHeaders = { [name: string]: any } & HeaderMethods;

    /** What a handler gets. Fields of one's own, such as `req.user`, can be added. */
    interface Request {
      readonly method: string;
      /** Path and query. */
      readonly url: string;
      readonly path: string;
      readonly query: { readonly [name: string]: string | undefined };
      /** Of the route that was found: `req.params = found.params`. */
      params: { [name: string]: string };
      readonly headers: Headers;
      readonly body: string | undefined;
    METHODS.request
      [own: string]: any;
    }

    /** What a handler gives, and what another service answered. */
    interface Response {
      status: number;
      headers: ResponseHeaders;
      body: string;
      readonly ok: boolean;
    METHODS.response
    }
    interface ResponseInit {
      status?: number;
      headers?: { readonly [name: string]: any };
    }
    interface FetchInit {
      method?: string;
      headers?: { readonly [name: string]: any };
      body?: Printable;
      redirect?: "follow" | "manual" | "error";
    }

    interface ResultMethods<T, E> {
    METHODS.result
    }
    interface Succeeded<T> { readonly ok: true; readonly value: T; readonly error?: undefined }
    interface Failed<E> { readonly ok: false; readonly error: E; readonly value?: undefined }
    /** A value, or why there is none. Look at `ok` before `value`. */
    type Result<T, E = any> = (Succeeded<T> | Failed<E>) & ResultMethods<T, E>;
    /** What a validator gives. */
    type Validated<T> = Result<T> & { readonly errors: { path: string; message: string }[] };

    declare namespace JSX {
      /** An element: it can be kept, passed, tested and rendered, and has no fields. */
      interface Element {}
      interface ElementChildrenAttribute { children: {} }
      interface IntrinsicElements { [tag: string]: { [attribute: string]: any } }
    }

    """
}
