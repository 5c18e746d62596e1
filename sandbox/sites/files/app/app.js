// Build $build
document.getElementById("bundle").textContent = "The script of this build was made on $built.";
