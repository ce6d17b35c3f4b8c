import CRuntimeStart
import Glibc

zigttp_runtime_start()
exit(RuntimeProgram.run(Array(CommandLine.arguments.dropFirst())).rawValue)
