/// Where each service answers, as the ingress is told in a file.
///
///     zigttp-routes 1
///     generation 12
///     route orders 40123
///     route broken -
///
/// Ports are of the loopback interface; `-` is a service that does not answer now. The file is
/// replaced as a whole.
public struct RouteTable: Sendable, Hashable {
  /// Goes up with each change.
  public var generation: Int64
  /// Ports by service; nil inside for one that does not answer.
  public var ports: [String: UInt16?]

  private static let first = "zigttp-routes 1"

  /// From its parts.
  public init(generation: Int64 = 0, ports: [String: UInt16?] = [:]) {
    self.generation = generation
    self.ports = ports
  }

  /// From the file; nil for what is no such file, in whole or in part. Lines of kinds that are not
  /// known are passed over.
  public init?(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    guard lines.popFirst()?.elementsEqual(Self.first) == true, lines.popLast()?.isEmpty == true
    else { return nil }
    self.init(generation: -1)
    for line in lines {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      switch words[0] {
      case "generation":
        guard words.count == 2, let number = Int64(words[1]), number >= 0 else { return nil }
        generation = number
      case "route":
        guard words.count == 3, Self.isName(words[1]) else { return nil }
        if words[2] == "-" {
          ports.updateValue(nil, forKey: String(words[1]))
        } else {
          guard let port = UInt16(words[2]), port > 0 else { return nil }
          ports[String(words[1])] = port
        }
      default: continue
      }
    }
    guard generation >= 0 else { return nil }
  }

  /// The file.
  public var text: String {
    var out = "\(Self.first)\ngeneration \(generation)\n"
    for (name, port) in ports.sorted(by: { $0.key < $1.key }) {
      out += "route \(name) \(port.map { "\($0)" } ?? "-")\n"
    }
    return out
  }

  /// Whether it is a label of a host name as services have it.
  public static func isName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.utf8.count <= 63
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      }
  }
}
