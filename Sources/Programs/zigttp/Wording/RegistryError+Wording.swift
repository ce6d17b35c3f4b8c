import Encodings
import OCIRegistry

extension CommandFailure {
  /// A registry that others run: what it was asked, what went wrong, and what to do about it.
  init(_ error: OCIRegistry.RegistryError) {
    if let cause = error.cause {
      self.init(cause)
      return
    }
    let status: ExitStatus = error.code == .corrupt ? .integrity : .failure
    let answers = error.answers.map { "the registry says: \($0)" as SafeText }
    self.init(
      status, "\(error.place): \(Self.what(error))", details: answers, next: Self.advice(error))
  }

  private static func what(_ error: OCIRegistry.RegistryError) -> SafeText {
    let problem: SafeText =
      switch error.code {
      case .badName: "the name cannot be read"
      case .credential: "no credential could be read"
      case .unauthorized: "the registry does not take who asks"
      case .denied: "the registry does not allow it"
      case .missing: "the registry has no such thing"
      case .refused: "the registry refuses it"
      case .unavailable: "the registry cannot do it now"
      case .unreachable: "the registry does not answer"
      case .insecure: "the connection is not encrypted"
      case .redirected: "the registry sends elsewhere, which is not followed"
      case .tooLarge: "the registry answers more than is read"
      case .malformed: "the registry's answer cannot be understood"
      case .corrupt: "the registry gives other bytes than were asked for; nothing of them was kept"
      case .conflict: "somebody else changes it as well"
      case .source: "what was to be sent cannot be read"
      }
    let comparison = [
      error.expected.map { "expected \($0)" as SafeText },
      error.found.map { "found \($0)" as SafeText },
    ].compactMap(\.self)
    guard let first = comparison.first else { return problem }
    return "\(problem): \(first)" + (comparison.count > 1 ? ", \(comparison[1])" : "")
  }

  private static func advice(_ error: OCIRegistry.RegistryError) -> SafeText? {
    let host = Self.host(error.place)
    switch error.code {
    case .unauthorized:
      return """
        Log in with `docker login \(host)` or `skopeo login \(host)`, or name a file of credentials \
        with REGISTRY_AUTH_FILE.
        """
    case .denied:
      return "Log in as somebody who may: `docker login \(host)` or `skopeo login \(host)`."
    case .credential:
      return "Mend it, or name another file with REGISTRY_AUTH_FILE."
    case .missing:
      return "`skopeo list-tags docker://HOST/REPOSITORY` lists the tags that there are."
    case .unavailable, .conflict:
      return "Run the command again a little later: what was moved already is not moved again."
    case .unreachable:
      return """
        Look at the name and the network, then run the command again: it goes on where it was. A \
        registry without TLS wants --plain-http.
        """
    case .insecure:
      return "Where nobody else listens, --plain-http allows it."
    case .redirected, .tooLarge, .malformed, .corrupt:
      return "Ask whoever runs the registry, or look what is between it and you."
    case .badName, .refused, .source: return nil
    }
  }

  // Of what was asked: a method and an address without its scheme.
  private static func host(_ place: String) -> SafeText {
    let address = place.split(separator: " ").last ?? Substring(place)
    return "\(address.prefix { $0 != "/" })"
  }
}
