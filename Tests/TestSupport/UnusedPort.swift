import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How many ports were tried; no two tests of this process get the same.
private let tried = Atomic<Int>(0)
private let firstPort = Int.random(in: 0..<portCount)
private let portCount = 32_768 - 10_000

/// A port of 127.0.0.1 that nothing listened on a moment ago.
///
/// It lies below those that systems choose for outgoing connections and for listeners without a port: a server that is
/// restarted finds it as it left it, whatever other tests have opened meanwhile.
///
/// - Throws: `ChildProcess.Failure` when every port that was tried is in use.
public func unusedPort() throws -> UInt16 {
    for _ in 0..<1000 {
        let number = tried.add(1, ordering: .relaxed).oldValue
        let port = UInt16(10_000 + (firstPort + number) % portCount)
        if canBind(port) { return port }
    }
    throw ChildProcess.Failure(description: "no port between 10000 and 32767 is free")
}

private func canBind(_ port: UInt16) -> Bool {
    #if canImport(Darwin)
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
    // A child that another test starts meanwhile must not keep the port.
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    #endif
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
