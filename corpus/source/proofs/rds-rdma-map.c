// SPDX-License-Identifier: MIT
// Finding: net/rds/rdma.c __rds_rdma_map leak
//
// RDS_GET_MR pins a page of memory for a transport that does RDMA, and then allocates a scatterlist
// for it. The device is a soft one, over a dummy network interface. There is no connection, so that
// no registration succeeds; then the page must not stay pinned.
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rds.h>
#include <rdma/rdma_netlink.h>
#include <sys/socket.h>

#include "../../../scripts/guest/faults.h"

static struct trial trial = {.pages = 1};
static int rds;

struct link_request {
  struct nlmsghdr header;
  char attributes[96];
};

static void add_attribute(struct link_request* request, int type, const char* text) {
  struct nlattr* attribute = (struct nlattr*)((char*)request + request->header.nlmsg_len);
  attribute->nla_type = (__u16)type;
  attribute->nla_len = (__u16)(NLA_HDRLEN + strlen(text) + 1);
  strcpy((char*)attribute + NLA_HDRLEN, text);
  request->header.nlmsg_len += NLA_ALIGN(attribute->nla_len);
}

/// As `rdma link add rxe0 type rxe netdev dummy0`.
static void add_rdma_device(void) {
  const int type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_NEWLINK);
  struct link_request request = {.header = {.nlmsg_len = NLMSG_HDRLEN,
                                            .nlmsg_type = (__u16)type,
                                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK}};
  add_attribute(&request, RDMA_NLDEV_ATTR_DEV_NAME, "rxe0");
  add_attribute(&request, RDMA_NLDEV_ATTR_LINK_TYPE, "rxe");
  add_attribute(&request, RDMA_NLDEV_ATTR_NDEV_NAME, "dummy0");
  const int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_RDMA);
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char more[256];
  } answer;
  if (netlink < 0 || send(netlink, &request, request.header.nlmsg_len, 0) < 0 ||
      recv(netlink, &answer, sizeof answer, 0) < 0)
    fail("NETLINK_RDMA");
  errno = -answer.error.error;
  if (errno != 0) fail("rxe0");
  close(netlink);
}

static int get_mr(void) {
  struct rds_get_mr_args arguments = {.vec = {(__u64)trial.buffer, kPage},
                                      .flags = RDS_RDMA_READWRITE};
  return setsockopt(rds, SOL_RDS, RDS_GET_MR, &arguments, sizeof arguments);
}

int main(void) {
  name = "rds-rdma-map";
  if (system("ifconfig dummy0 10.0.0.1 up") != 0) fail("dummy0");
  add_rdma_device();
  rds = socket(AF_RDS, SOCK_SEQPACKET, 0);
  const int transport = RDS_TRANS_IB;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(4000)};
  address.sin_addr.s_addr = inet_addr("10.0.0.1");
  if (rds < 0 || setsockopt(rds, SOL_RDS, SO_RDS_TRANSPORT, &transport, sizeof transport) != 0 ||
      bind(rds, (struct sockaddr*)&address, sizeof address) != 0)
    fail("RDS over RDMA");
  trial.buffer = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(trial.buffer, 1, kPage);
  trial.call = get_mr;
  try_all(&trial);
}
