// The code stands behind the # of the link, which browsers send to nobody. Without this script it is pasted.
const code = document.getElementById("token");
if (code !== null && code.value === "" && location.hash.length > 1) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  document.getElementById("login").focus();
}
