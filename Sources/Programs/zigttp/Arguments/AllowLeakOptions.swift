import ArgumentParser
import Contracts
import Encodings

/// Leaks that a deploy is to let pass.
struct AllowLeakOptions: ParsableArguments {
  @Option(
    name: .customLong("allow-leak"),
    help: ArgumentHelp(
      """
      Let a secret or a credential flow where it should not: one flow, \
      no-secret-leakage:API_KEY->response, or all of no-secret-leakage or no-credential-leakage. The \
      property stays lost, and what was allowed is recorded; may be repeated.
      """, valueName: "property[:source->sink]"))
  var allowed: [String] = []

  func validate() throws {
    for text in allowed {
      let property = text.prefix { $0 != ":" }
      let flow = text.dropFirst(property.count)
      guard Leak.properties.contains(where: { $0.label == property }),
        flow.isEmpty || flow.contains("->")
      else {
        let labels = Leak.properties.map(\.label).joined(separator: " or ")
        throw ValidationError(
          "--allow-leak is '\(text)', expected \(labels), or one of these and a flow, "
            + "no-secret-leakage:API_KEY->response")
      }
    }
  }

  /// As nobody said anything, for a command that is made without the parser.
  static func usual() -> Self {
    var options = Self()
    options.allowed = []
    return options
  }

  /// The words that allow a leak, for a shell.
  static func words(for leak: Leak) -> String {
    "--allow-leak '\(leak.text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }
}
