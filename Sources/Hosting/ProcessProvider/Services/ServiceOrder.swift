import Digests
import Encodings
import JSON

/// A version of a service as the supervisor is told to run it.
struct ServiceOrder: Sendable, Hashable {
  /// The service.
  var service: String
  /// What this change of it is called.
  var deployment: String
  /// Goes up with each change.
  var generation: Int64
  /// `HOST/NAMESPACE/NAME@sha256:…`
  var image: String
  /// The name of the folder that the image was unpacked to.
  var folder: String
  /// Of the handler: what it has to say of itself.
  var appDigest: Digest
  /// Its whole environment.
  var environment: [ByteName: String]
  /// Hosts of private networks that it may reach.
  var privateHosts: [String]

  init(
    service: String, deployment: String, generation: Int64, image: String, folder: String,
    appDigest: Digest, environment: [ByteName: String], privateHosts: [String] = []
  ) {
    self.service = service
    self.deployment = deployment
    self.generation = generation
    self.image = image
    self.folder = folder
    self.appDigest = appDigest
    self.environment = environment
    self.privateHosts = privateHosts
  }

  /// nil for anything else. Without `env` where that is kept apart.
  init?(json: JSONValue, environment: [ByteName: String]? = nil) {
    guard let service = json["service"]?.stringValue,
      let deployment = json["deployment"]?.stringValue,
      let generation = json["generation"]?.integerValue, let image = json["image"]?.stringValue,
      let folder = json["folder"]?.stringValue, Digest(sha256Hex: folder) != nil,
      let app = json["app"]?.stringValue.flatMap({ Digest($0) }),
      let values = environment ?? Self.environment(json["env"])
    else { return nil }
    self.init(
      service: service, deployment: deployment, generation: generation, image: image,
      folder: folder, appDigest: app, environment: values,
      privateHosts: json["privateHosts"]?.stringArray ?? [])
  }

  /// Without the environment.
  var json: JSONObject {
    [
      "service": .string(service), "deployment": .string(deployment),
      "generation": .integer(generation), "image": .string(image), "folder": .string(folder),
      "app": .string("\(appDigest)"), "privateHosts": .array(privateHosts.map { .string($0) }),
    ]
  }

  /// The environment alone.
  var environmentJSON: JSONValue {
    var out = JSONObject()
    for (name, value) in environment { out[name.text] = .string(value) }
    return .object(out)
  }

  /// nil for anything but an object of texts.
  static func environment(_ json: JSONValue?) -> [ByteName: String]? {
    guard let members = json?.objectValue?.members else { return nil }
    var out: [ByteName: String] = [:]
    for member in members {
      // Neither can hold what ends it.
      guard let value = member.value.stringValue, !member.key.isEmpty,
        !member.key.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "=") }),
        !value.utf8.contains(0)
      else { return nil }
      out[ByteName(member.key)] = value
    }
    return out
  }
}
