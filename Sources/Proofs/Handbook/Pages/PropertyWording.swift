import Contracts

/// What a property means, and what mends it where it is lost: for `zigttp help properties` and
/// `zigttp check --explain`.
public struct PropertyWording: Sendable, Hashable {
  /// What is so where it holds.
  public let meaning: String
  /// What would make it hold.
  public let advice: String

  private init(_ meaning: String, mendedBy advice: String) {
    self.meaning = meaning
    self.advice = advice
  }

  /// Of a proof that is not complete.
  public static let partialProof = PropertyWording(
    """
    A proof is complete where every path returns a Response, every Result is checked, and names of the \
    environment, hosts and cache namespaces are literal.
    """,
    mendedBy: """
      Return a Response at the end of every path, look at `ok` before `value`, and write each such name \
      as a literal: what differs may be the path of a URL, the key in a namespace.
      """)

  /// Of a property.
  public init(of property: Property) {
    switch property {
    case .retrySafe:
      self.init(
        """
        A request that is sent twice leaves what one would: it writes nothing, or writes the same \
        again.
        """,
        mendedBy: """
          Write with `cacheSet`, `cacheDelete`, a PUT or a DELETE, under a key and with a value that the \
          request names; let neither clock nor chance nor what is stored decide on it, but that nothing \
          is there yet.
          """)
    case .readOnly:
      self.init(
        "No call that can be reached writes anything.",
        mendedBy: "Take the calls that write away. A handler that is to write has no such property."
      )
    case .deterministic:
      self.init(
        """
        Answers and writes depend on the request, the environment and what is stored: not on clock, \
        chance or other services.
        """,
        mendedBy: """
          Take times, ids and the like from the request, and use clock and chance for nothing but logs. \
          A handler that answers with what another service says has no such property.
          """)
    case .injectionSafe:
      self.init(
        """
        Data from outside enters HTML only through JSX or `escapeHtml`, a URL of a page, a redirect or \
        `location` only through `encodeURIComponent` behind a literal start, SQL only as a parameter. \
        Addresses of `fetch` are not meant.
        """,
        mendedBy: """
          Render with JSX, or call `escapeHtml` last, and put data between tags or into quoted attributes \
          alone. Begin a URL with a literal such as `/orders/` or `https://host/` and put \
          `encodeURIComponent` around the rest.
          """)
    case .idempotent:
      self.init(
        "retry-safe and deterministic: twice is once, and the answer is the same.",
        mendedBy: "Mend retry-safe and deterministic, of which it is made.")
    case .stateIsolated:
      self.init(
        "Nothing that was made at module level is changed by a request.",
        mendedBy: """
          Make what is changed inside of the handler, or a copy (`{ ...defaults }`, `[...list]`). What is \
          to outlast a request belongs into `zigttp:cache`.
          """)
    case .noSecretLeakage:
      self.init(
        """
        No value made of a secret of the environment reaches an answer, a log, a store or another \
        service, but as a header to a literal https host. A deploy stops where it is lost.
        """,
        mendedBy: """
          Send it only as a header to a literal https host. What may be shown of it is a comparison, \
          `mask(secret, 4)`, or an `hmacSha256` with it as the key. A name that is no secret is declared \
          so in `package.json`: `"zigttp": { "env": { "NAME": "config" } }`.
          """)
    case .noCredentialLeakage:
      self.init(
        """
        No credential of a request (`authorization`, `cookie`, `x-api-key`, all headers at once) reaches \
        an answer, a log, a store or another service, but as a header to a literal https host. A deploy \
        stops where it is lost.
        """,
        mendedBy: """
          Take the one header that is meant, not all of them; go on with what `jwtVerify` says of a token, \
          or with a comparison; send it on only as a header to a literal https host.
          """)
    case .inputValidated:
      self.init(
        """
        Request data that is written or sent on was checked first: by a validator, `Number`, \
        `parseInt`, comparison with a literal, `includes` or `find` of a list of literals. That it starts \
        with something, that `every` character fits or that it is stored somewhere is no check.
        """,
        mendedBy: """
          Use the `value` of a validator and not the text that it has checked, a `Number(…)` or \
          `parseInt(…)`, or a text behind a comparison with the literals that it may be.
          """)
    case .piiContained:
      self.init(
        "Request data reaches neither other services nor the log.",
        mendedBy: """
          Log what has happened and not to whom: a literal, a comparison, the name of the route. A handler \
          that is to send request data on has no such property.
          """)
    case .resultsSafe:
      self.init(
        "Of every Result `ok` is looked at before `value`.",
        mendedBy: """
          Keep the Result as a whole, and leave where it has failed, before `value` is used: `if \
          (!result.ok) return Response.json({}, { status: 400 });`. Taken apart, `const { ok, value } = …`, \
          nothing ties the one to the other.
          """)
    case .faultCovered:
      self.init(
        "Where a critical call fails, the answer is not a 2xx.",
        mendedBy: """
          Look at `ok` of what `fetch` or another such call gives, and answer with a literal 4xx or 5xx \
          where it is false; or return that Response itself.
          """)
    }
  }
}
