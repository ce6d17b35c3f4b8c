import Contracts
import Encodings
import HandlerRuntime
import JSON

/// `attest`: what this program, or a folder, holds, as digests and facts.
enum AttestCommand {
  static func run(_ folder: String?) -> ExitCode {
    let handler: PackedHandler
    do throws(PackedHandler.Problem) {
      handler = try PackedHandler.find(folder)
    } catch {
      for line in error.lines { Console.error(line) }
      return error.exitCode
    }
    do throws(PayloadError) {
      Console.answer("\(SafeText(try document(handler)))\n")
      return .success
    } catch {
      Console.error("\(RuntimeProgram.executable) cannot be read: \(error)")
      return .failure
    }
  }

  private static func document(_ handler: PackedHandler) throws(PayloadError) -> JSONValue {
    let runtime = try PackedBinary.digest(
      of: RuntimeProgram.executable, first: handler.binary?.runtimeSize)
    var document: JSONObject = [
      "schema": "https://zigttp.dev/schema/attest-v1.json",
      "version": .string(RuntimeVersion.current),
      "runtimeDigest": .string("\(runtime)"),
    ]
    if let layer = handler.binary?.layerDigest { document["layerDigest"] = .string("\(layer)") }
    document["appDigest"] = .string("\(handler.payload.appDigest)")
    document["handlerPath"] = .string(handler.payload.contract.handlerPath)
    document["facts"] = handler.payload.contract.facts.json
    return .object(document)
  }
}
