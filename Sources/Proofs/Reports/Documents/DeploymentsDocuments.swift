import ControlPlaneAPI
import Encodings
import JSON

/// What `deployments` answers: the services of a control plane.
public struct ServicesDocument: Document {
  /// `schema/json/services-v1.schema.json`.
  public static let schema = "services"
  private let services: [ServiceEntry]
  private let isCut: Bool

  /// Of services, the one that changed last first.
  public init(_ services: [ServiceEntry], isCut: Bool) {
    self.services = services
    self.isCut = isCut
  }

  /// For people.
  public var text: SafeText {
    guard !services.isEmpty else { return "no services\n" }
    let rows = services.map { entry in
      [
        entry.name, entry.service.status.rawValue, "\(entry.service.generation)",
        entry.service.region, entry.service.image, entry.service.url ?? "-",
      ]
    }
    return TextTable.render(
      [["SERVICE", "STATUS", "GENERATION", "REGION", "IMAGE", "URL"]] + rows,
      sides: [.left, .left, .right])
  }

  /// `services`, as the control plane has them, and `cut`.
  public var members: JSONObject {
    ["services": .array(services.map(\.json)), "cut": .bool(isCut)]
  }
}

/// What `deployments --service` answers: what was accepted for one service.
public struct DeploymentsDocument: Document {
  /// `schema/json/deployments-v1.schema.json`.
  public static let schema = "deployments"
  private let service: String
  private let deployments: [DeploymentEntry]
  private let isCut: Bool

  /// Of deploys, newest first.
  public init(of service: String, _ deployments: [DeploymentEntry], isCut: Bool) {
    self.service = service
    self.deployments = deployments
    self.isCut = isCut
  }

  /// For people.
  public var text: SafeText {
    guard !deployments.isEmpty else { return "no deployments\n" }
    let rows = deployments.map { entry in
      [
        Timestamp.rfc3339(milliseconds: entry.createdAt), "\(entry.generation)",
        entry.status.rawValue, String(entry.contractSha.hex.prefix(12)),
        // Of one service only the digest differs.
        entry.image.split(separator: "@").last.map(String.init) ?? entry.image,
        entry.email ?? "-", entry.message ?? "",
      ]
    }
    return TextTable.render(
      [["TIME", "GENERATION", "STATUS", "CONTRACT", "IMAGE", "BY", "MESSAGE"]] + rows,
      sides: [.left, .right])
  }

  /// `service`, `deployments`, as the control plane has them, and `cut`.
  public var members: JSONObject {
    [
      "service": .string(service), "deployments": .array(deployments.map(\.json)),
      "cut": .bool(isCut),
    ]
  }
}

/// A line of a service's output, as `logs --json` prints it.
public struct LogLineDocument: Document {
  /// `schema/json/logs-v1.schema.json`.
  public static let schema = "logs"
  private let service: String
  private let line: String

  /// A line without its end.
  public init(_ line: String, of service: String) {
    self.line = line
    self.service = service
  }

  /// For people.
  public var text: SafeText { "\(line)\n" }
  /// `service`, `line`.
  public var members: JSONObject { ["service": .string(service), "line": .string(line)] }
}
