import JSON

/// What a supervisor is asked, one JSON object a line.
///
/// `protocol` goes up when a supervisor would misunderstand. `hello` and `leave` are the same in every
/// protocol: whatever is newer lets an older supervisor leave, and its own goes on with the processes.
enum SupervisorCall: Sendable {
  /// Who is there.
  case hello
  /// Leave: processes go on, for the next supervisor.
  case leave
  /// End every process, then leave.
  case end
  /// Bring a service to a version; answered when that is decided.
  case deploy(ServiceOrder)
  /// How a service is doing.
  case observe(String)
  /// How all of them are.
  case list
  /// A service's last lines, and with `follow` those that come.
  case logs(String, follow: Bool)
  /// Run an ingress, and say where it listens.
  case ingress(IngressOrder)

  /// Of this version.
  static let version: Int64 = 1

  /// Why a line is no call.
  enum Refusal: Error {
    case malformed
    case otherVersion(Int64)
  }

  init(line: [UInt8]) throws(Refusal) {
    guard let json = try? JSONReader.strict(line), let call = json["call"]?.stringValue else {
      throw .malformed
    }
    switch call {
    case "hello": self = .hello
    case "leave": self = .leave
    default:
      guard json["protocol"]?.integerValue == Self.version else {
        throw .otherVersion(json["protocol"]?.integerValue ?? 0)
      }
      guard let read = Self.read(call, json) else { throw .malformed }
      self = read
    }
  }

  private static func read(_ call: String, _ json: JSONValue) -> SupervisorCall? {
    switch call {
    case "end": .end
    case "list": .list
    case "deploy": json["order"].flatMap { ServiceOrder(json: $0) }.map { .deploy($0) }
    case "observe": json["service"]?.stringValue.map { .observe($0) }
    case "logs":
      json["service"]?.stringValue.map { .logs($0, follow: json["follow"]?.boolValue ?? false) }
    case "ingress": json["order"].flatMap { IngressOrder(json: $0) }.map { .ingress($0) }
    default: nil
    }
  }

  /// The line, with its end.
  var line: [UInt8] {
    var out: JSONObject = ["protocol": .integer(Self.version), "call": .string(word)]
    switch self {
    case .hello, .leave, .end, .list: break
    case .deploy(let order):
      var document = order.json
      document["env"] = order.environmentJSON
      out["order"] = .object(document)
    case .observe(let service): out["service"] = .string(service)
    case .logs(let service, let follow):
      out["service"] = .string(service)
      out["follow"] = .bool(follow)
    case .ingress(let order): out["order"] = order.json
    }
    return JSONValue.object(out).minifiedBytes + [UInt8(ascii: "\n")]
  }

  private var word: String {
    switch self {
    case .hello: "hello"
    case .leave: "leave"
    case .end: "end"
    case .deploy: "deploy"
    case .observe: "observe"
    case .list: "list"
    case .logs: "logs"
    case .ingress: "ingress"
    }
  }
}
