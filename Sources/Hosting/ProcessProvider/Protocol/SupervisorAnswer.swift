import ControlPlaneAPI
import JSON

/// A line of what a supervisor answers. The last of an answer is any but ``line(_:)``.
enum SupervisorAnswer: Sendable {
  /// To `hello`: its protocol, its process.
  case hello(version: Int64, process: Int64)
  /// How a service is doing.
  case report(ServiceReport)
  /// It knows no such service.
  case unknown
  /// To `list`.
  case reports([String: ServiceReport])
  /// A line of a service's output.
  case line(String)
  /// Where the ingress listens.
  case port(UInt16)
  /// It is done.
  case done
  /// Why not.
  case failure(String)

  /// nil for what no supervisor says.
  init?(line: [UInt8]) {
    guard let json = try? JSONReader.strict(line), let word = json["answer"]?.stringValue else {
      return nil
    }
    switch word {
    case "hello":
      self = .hello(
        version: json["protocol"]?.integerValue ?? 0, process: json["process"]?.integerValue ?? 0)
    case "report":
      guard let report = json["report"].flatMap({ ServiceReport(json: $0) }) else { return nil }
      self = .report(report)
    case "unknown": self = .unknown
    case "reports":
      var reports: [String: ServiceReport] = [:]
      for member in json["reports"]?.objectValue?.members ?? [] {
        reports[member.key] = ServiceReport(json: member.value)
      }
      self = .reports(reports)
    case "line": self = .line(json["text"]?.stringValue ?? "")
    case "port":
      guard let port = json["port"]?.integerValue.flatMap({ UInt16(exactly: $0) }) else {
        return nil
      }
      self = .port(port)
    case "done": self = .done
    case "failure": self = .failure(json["text"]?.stringValue ?? "")
    default: return nil
    }
  }

  /// The line, with its end.
  var bytes: [UInt8] {
    let out: JSONObject =
      switch self {
      case .hello(let version, let process):
        ["answer": "hello", "protocol": .integer(version), "process": .integer(process)]
      case .report(let report): ["answer": "report", "report": report.json]
      case .unknown: ["answer": "unknown"]
      case .reports(let reports): ["answer": "reports", "reports": Self.object(reports)]
      case .line(let text): ["answer": "line", "text": .string(text)]
      case .port(let port): ["answer": "port", "port": .integer(Int64(port))]
      case .done: ["answer": "done"]
      case .failure(let text): ["answer": "failure", "text": .string(text)]
      }
    return JSONValue.object(out).minifiedBytes + [UInt8(ascii: "\n")]
  }

  private static func object(_ reports: [String: ServiceReport]) -> JSONValue {
    var out = JSONObject()
    for (name, report) in reports { out[name] = report.json }
    return .object(out)
  }
}

/// How a service is doing, as its supervisor tells.
struct ServiceReport: Sendable, Hashable {
  var state: RunState
  /// What is to be said of that.
  var message: String?
  /// What it runs, or was to run.
  var image: String

  init(state: RunState, message: String? = nil, image: String) {
    self.state = state
    self.message = message
    self.image = image
  }

  /// nil for anything else.
  init?(json: JSONValue) {
    guard let state = json["state"]?.stringValue.flatMap({ RunState(rawValue: $0) }),
      let image = json["image"]?.stringValue
    else { return nil }
    self.init(state: state, message: json["message"]?.stringValue, image: image)
  }

  var json: JSONValue {
    var out: JSONObject = ["state": .string(state.rawValue), "image": .string(image)]
    out["message"] = message.map { .string($0) }
    return .object(out)
  }
}

/// The ingress that a supervisor is to run.
struct IngressOrder: Sendable, Hashable {
  /// The program, absolute.
  var program: String
  /// Its own name first. It is started in the folder of routes.
  var arguments: [String]
  /// Where it listens; 0 for any that is free.
  var port: UInt16

  init(program: String, arguments: [String], port: UInt16) {
    self.program = program
    self.arguments = arguments
    self.port = port
  }

  /// nil for anything else.
  init?(json: JSONValue) {
    guard let program = json["program"]?.stringValue,
      let arguments = json["arguments"]?.stringArray, !arguments.isEmpty,
      let port = json["port"]?.integerValue.flatMap({ UInt16(exactly: $0) })
    else { return nil }
    self.init(program: program, arguments: arguments, port: port)
  }

  var json: JSONValue {
    [
      "program": .string(program), "arguments": .strings(arguments),
      "port": .integer(Int64(port)),
    ]
  }
}
