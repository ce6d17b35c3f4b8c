import Crypto
import GRDB
import NIOHTTP1
import NIOPosix
public let seed = 1
