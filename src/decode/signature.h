#pragma once

#include "decode/packet.h"
#include "model/protocol.h"

G_BEGIN_DECLS

SluiceProtocol sluice_signature_guess (const SluicePacket *packet);

G_END_DECLS
