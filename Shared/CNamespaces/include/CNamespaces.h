#pragma once

// Namespaces of Linux, whose calls Swift does not see.

// Puts the calling thread into the network that a descriptor of /proc/PID/ns/net stands for; 0 on success.
int mesh_enter_network(int descriptor);
