/// What an ingress says of itself, in a file of its own beside the routes.
///
///     zigttp-ingress 1
///     generation 12
///     port 8080
///     busy 40122
///
/// A service's old process is not told to end before each ingress has the routes in which it is not
/// named, and is no longer busy with it: no request is lost then.
public struct IngressStatus: Sendable, Hashable {
  /// Of the routes that it goes by.
  public var generation: Int64
  /// Where it listens.
  public var port: UInt16
  /// Ports that are no longer in the routes and still have requests in flight.
  public var busy: Set<UInt16>

  private static let first = "zigttp-ingress 1"
  /// What the file's name begins with; the process id follows.
  public static let filePrefix = "ingress-"

  /// From its parts.
  public init(generation: Int64, port: UInt16, busy: Set<UInt16> = []) {
    self.generation = generation
    self.port = port
    self.busy = busy
  }

  /// From the file; nil for what is no such file.
  public init?(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    guard lines.popFirst()?.elementsEqual(Self.first) == true, lines.popLast()?.isEmpty == true
    else { return nil }
    self.init(generation: -1, port: 0)
    for line in lines {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2 else { continue }
      switch words[0] {
      case "generation": generation = Int64(words[1]) ?? -1
      case "port": port = UInt16(words[1]) ?? 0
      case "busy": if let number = UInt16(words[1]) { busy.insert(number) }
      default: continue
      }
    }
    guard generation >= 0, port > 0 else { return nil }
  }

  /// The file.
  public var text: String {
    "\(Self.first)\ngeneration \(generation)\nport \(port)\n"
      + busy.sorted().map { "busy \($0)\n" }.joined()
  }
}
