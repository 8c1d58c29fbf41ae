#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The socket(7), tcp(7) options that we set.
///
/// A refusal is not an error: each only improves speed or detection.
enum SocketOption {
    case noDelay
    case keepAlive(KeepAlive)
    case reuseAddress
    case receiveLowWatermark(Int)

    func apply(to descriptor: Int32) {
        switch self {
        case .noDelay:
            set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        case .keepAlive(let settings):
            apply(settings, to: descriptor)
        case .reuseAddress:
            set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        case .receiveLowWatermark(let byteCount):
            set(descriptor, SOL_SOCKET, SO_RCVLOWAT, Int32(clamping: byteCount))
        }
    }

    private func apply(_ settings: KeepAlive, to descriptor: Int32) {
        #if !canImport(Darwin)
        let userTimeout = Int32(clamping: Int64(settings.userTimeout / .milliseconds(1)))
        if userTimeout > 0 { set(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, userTimeout) }
        #endif
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, settings.isEnabled ? 1 : 0)
        guard settings.isEnabled else { return }
        #if canImport(Darwin)
        let idle = TCP_KEEPALIVE
        #else
        let idle = TCP_KEEPIDLE
        #endif
        // Zero leaves a setting to the system, as in libpq.
        for (name, value) in [
            (idle, settings.idle.components.seconds), (TCP_KEEPINTVL, settings.interval.components.seconds),
            (TCP_KEEPCNT, Int64(settings.count)),
        ] where value > 0 { set(descriptor, Int32(IPPROTO_TCP), name, Int32(clamping: value)) }
    }

    private func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// The pending error of a socket (SO_ERROR), 0 when there is none.
func pendingError(of descriptor: Int32) -> Int32 {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &length) == 0 else { return SyscallError.last("").errno }
    return value
}
